sudo systemctl enable fail2ban
